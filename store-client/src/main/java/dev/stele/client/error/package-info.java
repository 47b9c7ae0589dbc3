// SPDX-License-Identifier: Apache-2.0
/** One sealed family of exceptions, by what the caller does next. */
@NullMarked
package dev.stele.client.error;

import org.jspecify.annotations.NullMarked;
