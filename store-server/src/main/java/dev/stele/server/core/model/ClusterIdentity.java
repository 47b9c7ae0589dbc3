// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.core.model;

/**
 * Which history revisions belong to.
 *
 * @param clusterId given once, when the cluster is formed
 * @param epoch from 0; raised by a restore
 */
public record ClusterIdentity(String clusterId, long epoch) {}
