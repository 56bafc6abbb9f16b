-- SPDX-License-Identifier: Apache-2.0
-- Names no key, so that every node of a Cluster runs it.
return {'half', '0.5', 'three', '3'}
