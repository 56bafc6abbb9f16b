#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Some hundred commands a second. A server that is lost costs only its own.
bench() {
  timeout 10 redis-benchmark -a "$REDISCLI_AUTH" -q -c 2 "$@" >/dev/null 2>&1
}

while sleep 1; do
  for sentinel in sentinel-1 sentinel-2 sentinel-3; do
    master=$(timeout 2 redis-cli -h $sentinel -p 26379 SENTINEL GET-MASTER-ADDR-BY-NAME sessions 2>/dev/null |
      head -n 1)
    [ -z "$master" ] || break
  done
  bench -h "$master" -n 100 -r 5000 SET session:__rand_int__ signed-in EX 600
  bench -h "$master" -n 200 -r 5000 GET session:__rand_int__
  bench -h catalogue-1 --cluster -n 200 -r 10000 -t set,get,hset
  bench -h cache -n 300 -r 100000 -d 1000 -t set,get
done
