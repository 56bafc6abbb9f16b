# SPDX-License-Identifier: Apache-2.0
"""Keys of every type on a server."""

# Elements, or bytes of a string; a key that is not there has none.
SIZES = {"number": 3, "text": 6, "list": 3, "set": 2, "sorted": 1, "hash": 2, "counted": 100,
         "stream": 1, "missing": 0}


def fill(redis, users=2000):
    """The keys of SIZES, a stream with a group and a consumer, and users to walk through."""
    fill_types(lambda key: redis)
    redis.command("EVAL", f"for i = 1, {users} do redis.call('SET', 'user:' .. i, 'v') end", 0)


def fill_types(server_of):
    """The keys of SIZES, each on the server that server_of(key) is."""
    for command, key, *values in [
            ("SET", "number", "3.5"), ("SET", "text", 'he"llo'), ("RPUSH", "list", "a", "b", "c"),
            ("SADD", "set", "a", "b"), ("ZADD", "sorted", 1, "a"),
            ("HSET", "hash", "f", "v", "g", "w"), ("PFADD", "counted", *range(100))]:
        server_of(key).command(command, key, *values)
    fill_stream(server_of("stream"), "stream")


def fill_stream(redis, name):
    """A stream with an entry that a consumer has read and not acknowledged."""
    redis.command("XADD", name, "1700000000000-1", "f", "v")
    redis.command("XGROUP", "CREATE", name, "readers", "0")
    redis.command("XREADGROUP", "GROUP", "readers", "me", "STREAMS", name, ">")
