# SPDX-License-Identifier: Apache-2.0
# The Debian package: what is installed beside the program, and what CPack makes of it.
# `make package` builds it, and lintian has nothing to say of it. Its parts are in deploy/debian (for dpkg) and deploy/systemd.

set(package redis-fleet-exporter)
set(parts ${PROJECT_SOURCE_DIR}/deploy)
set(PACKAGE_MAINTAINER "Redis Fleet Exporter <nobody@example.org>" CACHE STRING
    "Who answers for a package that you hand to others: Name <address>")

# /etc is the system's, whatever the prefix is.
install(FILES ${parts}/debian/fleet.yaml DESTINATION /etc/${package})
install(FILES ${parts}/debian/default DESTINATION /etc/default RENAME ${package}
        PERMISSIONS OWNER_READ OWNER_WRITE)  # it may hold a password
install(DIRECTORY DESTINATION /etc/${package}/secrets
        DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
install(FILES ${parts}/systemd/${package}.service DESTINATION lib/systemd/system)

# As they stand to each other in the sources: links lead somewhere, and commands of the guides run.
set(share share/${package})
install(FILES README.md DESTINATION ${share})
install(DIRECTORY rules docs DESTINATION ${share} USE_SOURCE_PERMISSIONS PATTERN pictures EXCLUDE)
install(DIRECTORY deploy DESTINATION ${share} PATTERN debian EXCLUDE PATTERN compose EXCLUDE
        PATTERN *.service EXCLUDE)
install(DIRECTORY dashboards/ DESTINATION ${share}/dashboards FILES_MATCHING PATTERN redis-*.json
        PATTERN source EXCLUDE PATTERN draw EXCLUDE PATTERN node_modules EXCLUDE)

# What every package of Debian has; its own changelog only names the version.
set(doc share/doc/${package})
string(TIMESTAMP today "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(${parts}/debian/changelog ${PROJECT_BINARY_DIR}/debian/changelog @ONLY)
install(FILES ${parts}/debian/copyright DESTINATION ${doc})
install(FILES ${parts}/debian/lintian-overrides DESTINATION share/lintian/overrides
        RENAME ${package})
install(CODE "
  set(target \$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX})
  file(MAKE_DIRECTORY \${target}/${doc} \${target}/share/man/man1)
  foreach(pair
      ${PROJECT_SOURCE_DIR}/CHANGELOG.md|${doc}/changelog
      ${PROJECT_BINARY_DIR}/debian/changelog|${doc}/changelog.Debian
      ${parts}/debian/redis_fleet_exporter.1|share/man/man1/redis_fleet_exporter.1)
    string(REPLACE | \";\" pair \${pair})
    list(GET pair 0 from)
    list(GET pair 1 to)
    execute_process(COMMAND gzip -9nc \${from} OUTPUT_FILE \${target}/\${to}.gz
                    COMMAND_ERROR_IS_FATAL ANY)
  endforeach()")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME ${package})
set(CPACK_PACKAGE_CONTACT ${PACKAGE_MAINTAINER})
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
# The mask of who builds is not that of who installs.
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_VERBATIM_VARIABLES ON)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Prometheus exporter for fleets of Redis and Valkey
It asks Redis, Valkey, Sentinels and Redis Clusters with one pipelined write
each over kept connections, finds the nodes of groups, compares them, and
answers Prometheus within the deadline of the scrape. It takes the place of
redis_exporter under the same flags and names of metrics.
.
Alert rules with runbooks, dashboards for Grafana and examples are below
/usr/share/redis-fleet-exporter.")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "prometheus, prometheus-alertmanager, python3-yaml")
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${parts}/debian/conffiles ${parts}/debian/postinst ${parts}/debian/prerm ${parts}/debian/postrm)
include(CPack)
