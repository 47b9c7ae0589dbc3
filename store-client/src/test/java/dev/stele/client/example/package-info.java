// SPDX-License-Identifier: Apache-2.0
/** Programs that show how the client is used, for the docs; they are run by tests. */
@NullMarked
package dev.stele.client.example;

import org.jspecify.annotations.NullMarked;
