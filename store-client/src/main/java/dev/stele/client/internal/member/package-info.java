// SPDX-License-Identifier: Apache-2.0
/** Members: registered and reported by requests, kept by their leases, awaited by watches. */
@NullMarked
package dev.stele.client.internal.member;

import org.jspecify.annotations.NullMarked;
