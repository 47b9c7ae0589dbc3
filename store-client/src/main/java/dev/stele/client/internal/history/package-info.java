// SPDX-License-Identifier: Apache-2.0
/** What the answers so far have told of the store. */
@NullMarked
package dev.stele.client.internal.history;

import org.jspecify.annotations.NullMarked;
