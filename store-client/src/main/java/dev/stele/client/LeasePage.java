// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

import java.util.List;

/**
 * Leases in the order of their names.
 *
 * @param leases held ones
 * @param more whether there are more behind the last
 * @param info who answered
 */
public record LeasePage(List<LeaseInfo> leases, boolean more, ResponseInfo info) {
  public LeasePage {
    leases = List.copyOf(leases);
  }
}
