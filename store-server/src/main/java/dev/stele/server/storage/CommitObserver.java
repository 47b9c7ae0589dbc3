// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.storage;

/** Is told what a flush will have to do. Quick; never throws. */
interface CommitObserver {
  CommitObserver NONE =
      new CommitObserver() {
        @Override
        public void committed(int changes, long bytes) {}

        @Override
        public void settling() {}

        @Override
        public void flushing() {}
      };

  /** One entry was committed; by the writing thread. */
  void committed(int changes, long bytes);

  /** All that was committed before this call is being written to RocksDB; any thread. */
  void settling();

  /** All that was committed before this call is being flushed; any thread. */
  void flushing();
}
