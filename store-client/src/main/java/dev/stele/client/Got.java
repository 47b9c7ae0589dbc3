// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.Optional;

/**
 * The answer to a get.
 *
 * @param fact empty when there is none
 * @param info who answered, at which revision, and how old it may be
 * @param <T> the body's type
 */
public record Got<T>(Optional<Fact<T>> fact, ResponseInfo info) {}
