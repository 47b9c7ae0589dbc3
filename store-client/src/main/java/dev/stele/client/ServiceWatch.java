// SPDX-License-Identifier: Apache-2.0
package dev.stele.client;

/** A service that is followed until this is closed. */
public interface ServiceWatch extends AutoCloseable {
  @Override
  void close();
}
