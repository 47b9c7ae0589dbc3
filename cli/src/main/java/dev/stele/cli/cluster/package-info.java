// SPDX-License-Identifier: Apache-2.0
/** What an operator asks of a cluster. */
@NullMarked
package dev.stele.cli.cluster;

import org.jspecify.annotations.NullMarked;
