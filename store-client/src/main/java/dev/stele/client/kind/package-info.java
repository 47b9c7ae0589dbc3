// SPDX-License-Identifier: Apache-2.0
/** What the bodies of facts are: the built-in kinds as records, and how to add your own. */
@NullMarked
package dev.stele.client.kind;

import org.jspecify.annotations.NullMarked;
