# SPDX-License-Identifier: Apache-2.0
"""Which servers both exporters are pointed at, with which flags, and what of a page is compared."""

import collections
import fnmatch
import pathlib

from conformance import servers
from support.data import SIZES
from support.exporter import Exporter, Peer
from support.exposition import Family, Series, text_of
from support.processes import wait_until

# places: the words by which a row of docs/differences.md names this scenario. checked: how many
# nodes have keys that ours looks at. seen, unseen: patterns of series with their values; each must,
# or may not, be on both pages, so that a flag that neither heeds is no agreement.
Scenario = collections.namedtuple("Scenario", "server arguments path places checked seen unseen",
                                  defaults=[0, (), ()])

SERVERS = ("standalone", "master", "replica", "cluster node", "Sentinel", "nothing listening")
FLAGS = ("", "--include-config-metrics", "--include-system-metrics", "--ping-on-connect",
         "--export-client-list", "--check-keys")
PATHS = ("/metrics", "/scrape")
PLACES = ("everywhere", *SERVERS, *FLAGS[1:], *PATHS, "--is-cluster", "Tile38")

_HERE = pathlib.Path(__file__).parent
# What a server does not have is told by both, too. The slot of {b} is the first cluster node's.
_KEYS = ",".join([*SIZES, "{{b}}nothing"])
_CHECKS = (
    "--check-keys=user:1*,db3=*", f"--check-single-keys={_KEYS}",
    "--count-keys=user:*,db3=orders:*", "--check-streams=str*", "--check-single-streams=stream",
    "--check-key-groups=^(%a+):,^(.)", "--max-distinct-key-groups=4")
# What stands for a flag beside itself.
_ARGUMENTS = {"--check-keys": (*_CHECKS, f"--script={_HERE / 'lengths.lua'}")}
# A query is decoded before the list in it.
_LISTS = (f"check-single-keys={_KEYS}&check-keys=user:1*,db3%3D*&check-single-streams=stream"
          "&check-streams=str*&count-keys=user:*,db3%3Dorders:*")

_USER = (f"--redis.user={servers.USER}", f"--redis.password={servers.PASSWORD}")
_MORE = [
    Scenario("TLS",
             (*_USER, "--tls-ca-cert-file={ca}",
              "--tls-client-cert-file={client_cert}", "--tls-client-key-file={client_key}"),
             "/metrics", {"everywhere"}, seen=["redis_up 1", 'redis_db_keys{db="db0"} 18']),
    # Without the authority that signed the server's certificate.
    Scenario("TLS",
             (*_USER, "--skip-tls-verification",
              "--tls-client-cert-file={client_cert}", "--tls-client-key-file={client_key}"),
             "/metrics", {"everywhere"}, seen=["redis_up 1"]),
    Scenario("password",
             ("--redis.password-file={passwords}", "--config-command=SETTINGS",
              "--include-config-metrics", "--redact-config-metrics=false", "--export-client-list",
              "--export-client-port", "--set-client-name=false"),
             "/metrics", {"everywhere", "--export-client-list"},
             seen=["redis_up 1", "redis_config_maxclients 10000",
                   'redis_config_key_value{key="requirepass",value="*"} 1',
                   "redis_connected_client*{*port=*"],
             unseen=['redis_connected_client*{*name="redis_*exporter"*']),
    Scenario("standalone",
             (*_CHECKS, "--check-keys-batch-size=50", "--namespace=cache", "--redis-only-metrics",
              "--config-command=-", "--web.telemetry-path=/of/cache"),
             "/of/cache", {"everywhere", "--check-keys"}, checked=1,
             seen=['redis_keys_count{db="db0",key="user:*"} 2000'],
             unseen=["process_*", "redis_exporter_build_info{*", "redis_config_max*"]),
    Scenario("standalone", (), f"/scrape?target={{url}}&{_LISTS}",
             {"everywhere", "/scrape", "--check-keys"}, checked=1,
             seen=['redis_keys_count{db="db0",key="user:*"} 2000',
                   'redis_key_size{db="db0",key="list"} 3']),
    Scenario("cluster node",
             (f"--check-single-keys={_KEYS}", "--check-keys=user:*", "--count-keys=user:*",
              "--check-single-streams=stream,{{a}}stream,{{b}}stream,{{c}}stream",
              "--check-streams=*stream", "--check-key-groups=^(%a+):,^(.)", "--is-cluster",
              f"--script={_HERE / 'no_keys.lua'}"),
             "/metrics", {"everywhere", "--check-keys", "--is-cluster"}, checked=3,
             # Each is on another node.
             seen=['redis_key_size{db="db0",*key="text"} 6',
                   'redis_key_size{db="db0",*key="number"} 3',
                   'redis_key_size{db="db0",*key="list"} 3',
                   'redis_key_size{db="db0",*key="missing"} 0']),
    Scenario("Tile38", ("--is-tile38",), "/metrics", {"everywhere", "Tile38"},
             seen=["redis_tile38_num_objects_total 210000"]),
]


def every():
    """Every server with every flag, and /scrape once per server; then what needs more flags."""
    for server in SERVERS:
        has_keys = server not in ("Sentinel", "nothing listening")
        for flag in FLAGS:
            arguments = _ARGUMENTS.get(flag, (flag,) if flag else ())
            yield Scenario(server, arguments, "/metrics", {"everywhere", server, flag, "/metrics"},
                           checked=int(has_keys and flag == "--check-keys"))
        yield Scenario(server, (), "/scrape?target={url}", {"everywhere", server, "/scrape"})
    yield from _MORE


def name(scenario):
    flags = [argument.split("=")[0] for argument in scenario.arguments]
    return ", ".join([scenario.server, *flags, scenario.path.split("?")[0]])


def scrape(scenario):
    """Three scrapes in turn: the peer's, ours, the peer's again."""
    url = servers.url_of(scenario.server)
    arguments = [f"--redis.addr={url}",
                 *(text.format(**servers.files()) if "{" in text else text
                   for text in scenario.arguments)]
    path = scenario.path.format(url=url)
    with Peer(*arguments) as peer, Exporter(*arguments) as ours:
        # After two rounds the server has seen every command that either sends, so that no
        # series begins between the scrapes that are compared.
        for exporter in (peer, ours) * 2:
            exporter.scrape(path)
        if scenario.checked:
            wait_until(lambda: _checked(_page(ours, path, scenario)) == scenario.checked,
                       "the checks of keys to be done", 20)
        pages = [_page(exporter, path, scenario) for exporter in (peer, ours, peer)]
    for page in pages:
        _require(scenario, page)
    return pages


def _page(exporter, path, scenario):
    """A scrape, with names as if they had the usual namespace, which they may not have."""
    families = exporter.scrape(path)
    given = [text.split("=")[1] for text in scenario.arguments if text.startswith("--namespace=")]
    if not given:
        return families
    if any(family.startswith("redis_") for family in families):
        raise AssertionError(f"{type(exporter).__name__} leaves the namespace: {sorted(families)}")

    def usual(text):
        return text.replace(f"{given[0]}_", "redis_", 1) if text.startswith(given[0]) else text

    return {usual(family): Family(kind, text, {Series(usual(series.name), series.labels): value
                                               for series, value in samples.items()})
            for family, (kind, text, samples) in families.items()}


def _checked(families):
    """How many nodes have their keys looked at; 0 until each check was done once on each."""
    family = families["redis_exporter_check_timestamp_seconds"]
    instances = {dict(series.labels).get("instance") for series in family.samples}
    return len(instances) if all(family.samples.values()) else 0


def _require(scenario, families):
    series = [f"{text_of(one)} {value:.17g}" for family in families.values()
              for one, value in family.samples.items()]
    for patterns, wanted in ((scenario.seen, True), (scenario.unseen, False)):
        for pattern in patterns:
            if any(fnmatch.fnmatchcase(text, pattern) for text in series) != wanted:
                problem = "lacks" if wanted else "has"
                raise AssertionError(f"{name(scenario)}: a page {problem} {pattern}")
