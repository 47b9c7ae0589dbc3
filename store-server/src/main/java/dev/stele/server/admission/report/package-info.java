// SPDX-License-Identifier: Apache-2.0
/**
 * What members say of themselves, again and again, at the leader: only what matters is proposed,
 * and not more often than a budget allows. Nothing else reaches the log.
 */
@NullMarked
package dev.stele.server.admission.report;

import org.jspecify.annotations.NullMarked;
