# SPDX-License-Identifier: Apache-2.0
"""Makes a server look used: commands, errors, a slow log, latency events, keys with a TTL.

lean: nothing at all; typical: about 40 commands; rich: about 95. How many a server has seen is
how many rows its INFO commandstats and LATENCY HISTOGRAM have.
"""

from .resp_client import RedisError

LEVELS = ("lean", "typical", "rich")

_TYPICAL = """
SET key value
SET counter 1
SET session:1 value EX 3600
SET session:2 value PX 7200000
SETEX session:3 5400 value
GET key
GET nothing
MGET key counter
MSET a 1 b 2
INCR counter
INCRBY counter 5
DECR counter
APPEND key more
STRLEN key
EXISTS key
EXPIRE a 7200
TTL a
TYPE key
DEL b
HSET hash one 1 two 2
HGET hash one
HGETALL hash
HINCRBY hash one 1
LPUSH list 1 2 3
RPUSH list 4
LPOP list
LRANGE list 0 -1
LLEN list
SADD set a b c
SMEMBERS set
SISMEMBER set a
ZADD zset 1 a 2 b
ZRANGE zset 0 -1
ZSCORE zset a
XADD stream * field value
XLEN stream
PUBLISH channel message
SCAN 0
DBSIZE
PING
ECHO hello
"""

_RICH = """
GETSET key other
GETDEL a
SETNX once 1
SETRANGE key 2 xyz
GETRANGE key 0 1
INCRBYFLOAT float 1.5
DECRBY counter 2
GETEX key
PEXPIRE key 9000000
PTTL key
PERSIST key
RENAME once twice
COPY twice thrice
TOUCH key
UNLINK thrice
RANDOMKEY
OBJECT ENCODING key
HDEL hash two
HEXISTS hash one
HKEYS hash
HVALS hash
HLEN hash
HMGET hash one
HSETNX hash three 3
HSCAN hash 0
LINDEX list 0
LSET list 0 zero
LREM list 0 4
LTRIM list 0 10
LINSERT list BEFORE zero minus
LPOS list zero
RPOP list
SCARD set
SREM set c
SPOP set
SRANDMEMBER set
SUNION set
SINTER set
SDIFF set
SSCAN set 0
SMISMEMBER set a
ZCARD zset
ZCOUNT zset 0 9
ZINCRBY zset 1 a
ZRANK zset a
ZREVRANGE zset 0 -1
ZRANGEBYSCORE zset 0 9
ZREM zset b
ZPOPMIN zset
ZSCAN zset 0
XRANGE stream - +
XREVRANGE stream + -
XTRIM stream MAXLEN 10
SETBIT bits 7 1
GETBIT bits 7
BITCOUNT bits
PFADD visitors a b
PFCOUNT visitors
"""

# Each counts in errorstats, under the error's first word; LPUSH also as a failed call.
_ERRORS = ["LPUSH key 1", "NOSUCHCOMMAND", "GET", f"EVALSHA {'0' * 40} 0"]

_LOOP = "local n = 0; for i = 1, tonumber(ARGV[1]) do n = n + i end; return n"


def use(server, level="typical", rounds=3):
    """Runs the level's commands on a server, `rounds` times."""
    if level not in LEVELS:
        raise ValueError(f"{level} is none of {LEVELS}")
    if level == "lean":
        return
    lines = _TYPICAL.strip().splitlines()
    if level == "rich":
        lines += _RICH.strip().splitlines()
    with server.client() as client:
        for line in lines * rounds:
            client.command(*line.split())
        for line in _ERRORS:
            _must_fail(client, line)
        if server.info("cluster").get("cluster_enabled") != "1":
            client.command("SELECT", 3)
            client.command("SET", "elsewhere", "value")
            client.command("SET", "leaving", "value", "EX", 100000)
        make_slow(client)


def make_slow(client):
    """One slow command: an entry in the slow log and an event of the latency monitor.

    The two thresholds are set back, so that only this command crosses them.
    """
    names = ("slowlog-log-slower-than", "latency-monitor-threshold")
    before = [client.command("CONFIG", "GET", name)[1] for name in names]
    client.command("CONFIG", "SET", names[0], 1000, names[1], 2)
    client.command("EVAL", _LOOP, 0, 2000000)
    client.command("CONFIG", "SET", names[0], before[0], names[1], before[1])


def _must_fail(client, line):
    try:
        client.command(*line.split())
    except RedisError:
        return
    raise AssertionError(f"{line} was expected to fail")
