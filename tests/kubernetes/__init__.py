# SPDX-License-Identifier: Apache-2.0
# A package of its own: a namespace would lose to a library that is named kubernetes.
