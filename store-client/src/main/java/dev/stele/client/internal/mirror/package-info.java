// SPDX-License-Identifier: Apache-2.0
/** What stands under a prefix, kept up to date by a watch. */
@NullMarked
package dev.stele.client.internal.mirror;

import org.jspecify.annotations.NullMarked;
