// SPDX-License-Identifier: Apache-2.0
/** What is compared: each as three processes on loopback, and the processes' beginning and end. */
@NullMarked
package dev.stele.bench.compare.peer;

import org.jspecify.annotations.NullMarked;
