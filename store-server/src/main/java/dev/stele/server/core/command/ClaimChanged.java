// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.command;

/** A claim drains, or is given back, since {@code revision}. */
public record ClaimChanged(long revision) implements Result {}
