# SPDX-License-Identifier: Apache-2.0
"""Follows the links of dashboards: those of pages and of panels, and those of data with what Prometheus tells. A page
must be there and have the variables that a link sets, a value must be one of those that the variable offers there,
and a runbook must be written."""

import re
import urllib.parse

from dashboards.pages import TOP, fill

_PAGE = re.compile(r"/d/([^?&]*)[?&]?(.*)")
_OF_ALL = ("${__url_time_range}", "${datasource:queryparam}", "${job:queryparam}")
_MORE = {"of"}  # tells rows apart, and is no variable
_FROM_DATA = re.compile(r"\$\{__(value|field\.labels|data\.fields)\.(\w+)\}")
_MARK = "FROM_DATA"


def of_page(page):
    """(place, panel, override, link) of each; panel and override are None where there is none."""
    for link in page.json.get("links", []):
        yield page.name, None, None, link
    for panel in page.filled_panels():
        config = panel["fieldConfig"]
        for override, links in ((None, panel.get("links", [])), ({}, config["defaults"].get("links", [])), *(
                (override["matcher"], one["value"]) for override in config["overrides"]
                for one in override["properties"] if one["id"] == "links")):
            yield from ((page.place(panel), panel, override, link) for link in links)


def problems(pages):
    """What is wrong with links as they are written."""
    pages_by_uid = {page.json["uid"]: page for page in pages}
    for page in pages:
        for place, panel, override, link in of_page(page):
            name = f"{place}: link {link.get('title')!r}"
            if link.get("type") == "dashboards":
                if not any(set(link["tags"]) <= set(other.json["tags"]) for other in pages):
                    yield f"{name}: no page has the tags {link['tags']}"
                if not link["keepTime"] or not link["includeVars"]:
                    yield f"{name}: loses the time or the variables"
            else:
                yield from (f"{name}: {text}" for text in _of_url(link, page, override is not None, pages_by_uid))


def _of_url(link, page, of_data, pages_by_uid):
    url = link.get("url") or ""
    if url.startswith("${runbooks}/"):
        return
    found = _PAGE.fullmatch(url)
    if not found:
        yield f"{url} leads neither to a page nor to a runbook"
        return
    parts = found[2].split("&")
    if _OF_ALL[0] not in parts and (of_data or not link.get("keepTime")):
        yield f"{url}: the link loses the time"
    if "${__all_variables}" not in parts:
        yield from (f"{url}: the link loses {part}" for part in _OF_ALL[1:] if part not in parts)
    if not _FROM_DATA.search(found[1]):
        yield from _of_target(_FROM_DATA.sub(_MARK, url), page, pages_by_uid)


def _of_target(url, page, pages_by_uid):
    uid, query = _PAGE.fullmatch(url).groups()
    if uid not in pages_by_uid:
        yield f"{url}: {uid} is no dashboard of these"
        return
    offered = {variable["name"] for variable in pages_by_uid[uid].variables()}
    for part in query.split("&"):
        kept = re.fullmatch(r"\$\{(\w+):queryparam\}", part)
        name = kept[1] if kept else part.partition("=")[0].removeprefix("var-")
        if part not in ("${__url_time_range}", "${__all_variables}", "") and name not in offered \
                and (kept or name not in _MORE):
            yield f"{url}: {uid} has no variable {name}"
        if kept and name not in {variable["name"] for variable in page.variables()}:
            yield f"{url}: {page.name} has no variable {name}"


class Followed:
    """With a Prometheus. live: live.Live, whose problems() has asked what the page asks; empty: empty.Empty, of queries
    without data; without it any may be empty."""

    def __init__(self, pages, live, empty=None):
        self._pages, self._live, self._empty = {page.json["uid"]: page for page in pages}, live, empty
        self._offered = {}

    def problems(self, page):
        values, wrong = self._live.variables(page)
        found = set()
        for place, panel, override, link in of_page(page):
            if "url" not in link or link.get("type") == "dashboards":
                continue
            urls = {link["url"]}
            if _FROM_DATA.search(link["url"]):
                urls, text = self._with_data(page, panel, override, link)
                found |= {f"{place}: link {link['title']!r}: {text}"} if text else set()
            found |= {f"{place}: link {link['title']!r}: {text}" for url in urls
                      for text in self._of_url(url, page, self._live.firsts(values))}
        return [*wrong, *sorted(found)]

    def _with_data(self, page, panel, matcher, link):
        """The addresses to which the link leads, and what is wrong with its labels."""
        targets = [one for one in panel["targets"]
                   if matcher.get("id") != "byFrameRefID" or one["refId"] == matcher["options"]]
        # Of which label each part of the address is.
        wanted = {text: _label_of(panel, matcher.get("options") if of == "value" else name)
                  for text, of, name in ((one[0], one[1], one[2]) for one in _FROM_DATA.finditer(link["url"]))}
        urls = set()
        for labels in (one for target in targets
                       for one in self._live.told[page.name, panel["id"], target["refId"]]):
            missing = set(wanted.values()) - labels.keys()
            if not missing:
                urls.add(_FROM_DATA.sub(lambda found: labels[wanted[found[0]]], link["url"]))
            elif panel["type"] != "table":  # other columns need not have it, nor all rows
                return urls, f"a series has no label {sorted(missing)[0]}: {labels}"
        if not urls and self._empty and not any(
                self._empty.of(page, panel, one) for one in targets
                if all(re.search(rf"\b{label}\b", one["expr"]) for label in wanted.values())):
            return urls, f"no series has the label {', '.join(wanted.values())}"
        return urls, ""

    def _of_url(self, url, page, chosen):
        if url.startswith("${runbooks}/"):
            name = url.removeprefix("${runbooks}/")
            if not (TOP / f"docs/runbooks/{name}.md").is_file():
                yield f"there is no docs/runbooks/{name}.md"
            return
        wrong = list(_of_target(url, page, self._pages))
        yield from wrong
        if wrong:
            return
        uid, query = _PAGE.fullmatch(url).groups()
        given = dict(part.removeprefix("var-").partition("=")[::2] for part in query.split("&") if "=" in part)
        given = {name: urllib.parse.unquote(fill(_plain(value), chosen)) for name, value in given.items()}
        for name, value in given.items():
            for variable in self._pages[uid].variables():
                if variable["name"] == name and value and value not in self._values(variable, given):
                    yield f"{url}: {value} is no {name} that {uid} offers"

    def _values(self, variable, given):
        query = fill(variable["query"], {"job": ".*", "redis_group": ".*", "instance": ".*",
                                         **{name: value for name, value in given.items() if name != variable["name"]}})
        if query not in self._offered:
            self._offered[query] = self._live.found(query, variable.get("regex"))
        return self._offered[query]


def _plain(value):
    """A variable without its format."""
    return re.sub(r"\$\{(\w+):\w+\}", r"${\1}", value)


def _label_of(panel, column):
    """The label that a table shows in a column."""
    for one in panel.get("transformations", []):
        for field, name in one["options"].get("renameByName", {}).items():
            if name == column:
                return field
    return column

