// SPDX-License-Identifier: Apache-2.0
/** Pools of claims: their rules, their items, and what their claims come to. */
package dev.stele.server.core.claim;
