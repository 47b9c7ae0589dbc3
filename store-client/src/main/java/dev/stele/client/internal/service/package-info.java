// SPDX-License-Identifier: Apache-2.0
/** Where services are reached: followed by watches, also by those who know nothing of the store. */
@NullMarked
package dev.stele.client.internal.service;

import org.jspecify.annotations.NullMarked;
