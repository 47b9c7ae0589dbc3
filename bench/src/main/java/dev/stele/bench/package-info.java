// SPDX-License-Identifier: Apache-2.0
/** Measurements of a running store, made through the client. */
@NullMarked
package dev.stele.bench;

import org.jspecify.annotations.NullMarked;
