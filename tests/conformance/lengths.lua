-- SPDX-License-Identifier: Apache-2.0
return {'list', tostring(redis.call('LLEN', 'list')), 'half', '0.5'}
