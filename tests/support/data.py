# SPDX-License-Identifier: Apache-2.0
"""Keys of every type on a server."""

# Elements, or bytes of a string; a key that is not there has none.
SIZES = {"number": 3, "text": 6, "list": 3, "set": 2, "sorted": 1, "hash": 2, "counted": 100,
         "stream": 1, "missing": 0}


def fill(redis, users=2000):
    """The keys of SIZES, a stream with a group and a consumer, and users to walk through."""
    redis.command("MSET", "number", "3.5", "text", 'he"llo')
    redis.command("RPUSH", "list", "a", "b", "c")
    redis.command("SADD", "set", "a", "b")
    redis.command("ZADD", "sorted", 1, "a")
    redis.command("HSET", "hash", "f", "v", "g", "w")
    redis.command("PFADD", "counted", *range(100))
    redis.command("XADD", "stream", "1700000000000-1", "f", "v")
    redis.command("XGROUP", "CREATE", "stream", "readers", "0")
    redis.command("XREADGROUP", "GROUP", "readers", "me", "STREAMS", "stream", ">")
    redis.command("EVAL", f"for i = 1, {users} do redis.call('SET', 'user:' .. i, 'v') end", 0)
