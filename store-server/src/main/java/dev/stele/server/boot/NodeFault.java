// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.boot;

/**
 * Why a node could not go on.
 *
 * @param what for people
 */
public record NodeFault(String what, Throwable cause) {}
