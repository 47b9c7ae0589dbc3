// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.call;

import dev.stele.client.internal.link.Route;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.ResponseHeader;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What is to be sent and what becomes of the answer.
 *
 * @param method of the protocol
 * @param route where it wants to go
 * @param monotonic whether an answer that stands below what was seen before breaks a promise
 * @param message under a header; made anew for each attempt
 * @param answer for the caller, from the header of the answer, which may be told beside it, and the
 *     answer; throws IllegalArgumentException when it can't be read
 */
public record Outgoing<Q, A, R>(
    Method<Q, A> method,
    Route route,
    boolean monotonic,
    Function<RequestHeader, Q> message,
    BiFunction<ResponseHeader, A, R> answer) {}
