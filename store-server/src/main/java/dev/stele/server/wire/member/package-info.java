// SPDX-License-Identifier: Apache-2.0
/** Members on the wire: registrations, what members say of themselves, lists. */
@NullMarked
package dev.stele.server.wire.member;

import org.jspecify.annotations.NullMarked;
