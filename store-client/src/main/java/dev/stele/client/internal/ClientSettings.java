// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal;

import dev.stele.client.RetryBudget;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * What the builder was told, checked.
 *
 * @param endpoints {@code host:port} each, at least one, no two equal
 * @param requestTimeout of a request with all its retries
 * @param sessions whether writes are made under sessions
 * @param watchExecutor where listeners run; empty for threads of the client's own
 */
public record ClientSettings(
    List<String> endpoints,
    Duration requestTimeout,
    Duration connectTimeout,
    RetryBudget retryBudget,
    boolean sessions,
    Executor callbackExecutor,
    Optional<Executor> watchExecutor,
    ObservationRegistry observationRegistry) {}
