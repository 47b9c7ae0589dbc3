// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.thirdparty.io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

/** How many connections there may be. */
final class DoorkeeperTest {
  private final Doorkeeper door = new Doorkeeper();

  @Test
  void oneStrangerTooManyPutsTheOldestOut() {
    List<EmbeddedChannel> strangers = new ArrayList<>();
    for (int i = 0; i < Doorkeeper.MAX_UNPROVED; i++) {
      strangers.add(came());
    }
    assertThat(strangers).allMatch(EmbeddedChannel::isOpen);

    EmbeddedChannel oneMore = came();

    assertThat(oneMore.isOpen()).isTrue();
    assertThat(strangers.remove(0).isOpen()).isFalse();
    assertThat(strangers).allMatch(EmbeddedChannel::isOpen);
  }

  @Test
  void aNodeIsNotPutOutByStrangers() {
    EmbeddedChannel node = came();
    assertThat(door.admit(node, "n1")).isTrue();
    for (int i = 0; i <= Doorkeeper.MAX_UNPROVED; i++) {
      came();
    }
    assertThat(node.isOpen()).isTrue();
  }

  @Test
  void whoWasPutOutIsNotAdmitted() {
    EmbeddedChannel late = came();
    for (int i = 0; i < Doorkeeper.MAX_UNPROVED; i++) {
      came();
    }
    assertThat(door.admit(late, "n1")).isFalse();
  }

  @Test
  void aLaterConnectionTakesTheEarliersPlace() {
    EmbeddedChannel first = came();
    EmbeddedChannel second = came();
    assertThat(door.admit(first, "n1")).isTrue();
    assertThat(door.admit(second, "n1")).isTrue();
    assertThat(first.isOpen()).isFalse();

    // That the first one is gone is heard late, and must not make room for a third.
    door.gone(first);
    EmbeddedChannel third = came();
    assertThat(door.admit(third, "n1")).isTrue();
    assertThat(second.isOpen()).isFalse();
  }

  @Test
  void oneNodeTooManyIsNotAdmittedUntilAnotherGoes() {
    List<EmbeddedChannel> nodes = new ArrayList<>();
    for (int i = 0; i < Doorkeeper.MAX_NODES; i++) {
      nodes.add(came());
      assertThat(door.admit(nodes.get(i), "n" + i)).isTrue();
    }
    assertThat(door.admit(came(), "one more")).isFalse();
    assertThat(door.admit(came(), "n0")).isTrue();

    door.gone(nodes.get(1));
    assertThat(door.admit(came(), "one more")).isTrue();
  }

  private EmbeddedChannel came() {
    EmbeddedChannel channel = new EmbeddedChannel();
    door.came(channel);
    return channel;
  }
}
