# SPDX-License-Identifier: Apache-2.0
# The exporter on Debian 12: what it needs to run, and nothing that it is built with. It needs no capability, no place
# to write, and no user of its own.
#   docker build -t redis-fleet-exporter --build-arg REVISION="$(git rev-parse HEAD)" .
FROM debian:bookworm-slim AS build
WORKDIR /source
COPY tools/install-packages tools/
RUN tools/install-packages build
COPY . .
# Of the commit, because the sources come without .git; --version and redis_exporter_build_info tell it.
ARG REVISION=unknown
ENV CCACHE_DIR=/ccache
RUN --mount=type=cache,id=ccache,target=/ccache \
    cmake --preset release && cmake --build --preset release && \
    cmake --install build/release --strip --component program --prefix /out/usr && \
    mkdir debian && touch debian/control && \
    dpkg-shlibdeps -O /out/usr/bin/redis_fleet_exporter | \
    sed 's/^shlibs:Depends=//; s/ ([^)]*)//g; s/,//g' > /packages && \
    rm -rf build

FROM debian:bookworm-slim
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Redis Fleet Exporter" \
      org.opencontainers.image.description="Prometheus exporter for fleets of Redis and Valkey" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="docker.io/library/debian:bookworm-slim"
COPY --from=build /packages /packages
RUN apt-get update -q && \
    apt-get install -y -q --no-install-recommends ca-certificates $(cat /packages) && \
    rm -rf /packages /var/lib/apt/lists/* /var/cache/apt /var/log/apt /var/log/dpkg.log
COPY --from=build /out/usr/bin/redis_fleet_exporter /usr/bin/
USER 65534:65534
EXPOSE 9121
# Where variables or the configuration file say that it listens; flags of the container it does not know.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
    CMD ["redis_fleet_exporter", "--check-health"]
ENTRYPOINT ["redis_fleet_exporter"]
