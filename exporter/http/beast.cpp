// SPDX-License-Identifier: Apache-2.0
// Beast's function bodies, compiled once (BOOST_BEAST_SEPARATE_COMPILATION).
#include <boost/beast/src.hpp>
