# SPDX-License-Identifier: Apache-2.0
# What deploy/ takes from others, of Debian's packages, so that tests pull nothing.
FROM debian:bookworm-slim AS packages
RUN apt-get update -q && apt-get install -y -q --no-install-recommends redis-server redis-sentinel redis-tools \
    prometheus prometheus-alertmanager python3 wget

FROM packages AS redis
RUN mkdir /data && chown 999:999 /data
VOLUME /data
WORKDIR /data

FROM packages AS prometheus
RUN mkdir -p /prometheus /etc/prometheus && chown 65534:65534 /prometheus
USER 65534:65534
ENTRYPOINT ["prometheus"]

FROM packages AS alertmanager
RUN mkdir -p /alertmanager /etc/alertmanager && chown 65534:65534 /alertmanager
USER 65534:65534
ENTRYPOINT ["prometheus-alertmanager"]

FROM packages AS python
