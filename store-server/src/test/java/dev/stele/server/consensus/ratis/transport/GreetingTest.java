// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.consensus.ratis.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stele.server.consensus.ratis.transport.Greeting.Part;
import dev.stele.server.consensus.ratis.transport.Greeting.Parties;
import dev.stele.server.port.PeerIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

/** What nodes prove to each other. */
final class GreetingTest {
  private final Greeting n1 = greeting("n1", "secret", "group");
  private final Greeting n2 = greeting("n2", "secret", "group");
  private final ByteString n2sNonce = Greeting.nonce();
  private final Parties parties = new Parties("n1", "n2", Greeting.nonce(), n2sNonce);

  @Test
  void nodesOfOneClusterBelieveEachOther() throws Exception {
    assertThat(Greeting.readChallenge(Greeting.challenge(n2sNonce))).isEqualTo(n2sNonce);
    byte[] claim = n1.claim(parties);
    assertThat(n2.readClaim(claim, n2sNonce)).isEqualTo("n1");
    assertThat(n1.matches(Part.CALLED, parties, n2.welcome(claim, n2sNonce))).isTrue();
  }

  @Test
  void whoeverHasAnotherSecretIsNotBelieved() {
    assertRefused(greeting("n1", "Secret", "group").claim(parties), "secret");
  }

  @Test
  void aNodeOfAnotherClusterIsNotBelieved() {
    assertRefused(greeting("n1", "secret", "other").claim(parties), "another cluster");
  }

  @Test
  void aClaimToAnotherNodeIsNotBelieved() {
    assertRefused(n1.claim(new Parties("n1", "n3", Greeting.nonce(), n2sNonce)), "looks for n3");
  }

  @Test
  void aClaimThatWasHeardOnAnotherConnectionIsNotBelieved() {
    byte[] heard = n1.claim(new Parties("n1", "n2", Greeting.nonce(), Greeting.nonce()));
    assertRefused(heard, "secret");
  }

  @Test
  void aClaimWithAnotherNameInItIsNotBelieved() {
    byte[] claim = n1.claim(parties);
    int name = indexOf(claim, "n1");
    claim[name + 1] = '3';
    assertRefused(claim, "secret");
  }

  @Test
  void theProofOfTheCallerIsNoneOfTheCalled() throws Exception {
    byte[] claim = n1.claim(parties);
    byte[] callersProof = Arrays.copyOfRange(claim, claim.length - 32, claim.length);
    assertThat(n1.matches(Part.CALLER, parties, callersProof)).isTrue();
    assertThat(n1.matches(Part.CALLED, parties, callersProof)).isFalse();
  }

  @Test
  void aClaimThatIsCutOrTooLongIsRefused() {
    byte[] claim = n1.claim(parties);
    for (int length = 0; length < claim.length; length++) {
      byte[] cut = Arrays.copyOf(claim, length);
      assertThatThrownBy(() -> n2.readClaim(cut, n2sNonce)).isInstanceOf(IOException.class);
    }
    assertRefused(Arrays.copyOf(claim, claim.length + 1), "follows");
  }

  @Test
  void anotherVersionIsRefusedByBoth() {
    byte[] claim = n1.claim(parties);
    claim[0]++;
    assertRefused(claim, "version");
    byte[] challenge = Greeting.challenge(n2sNonce);
    challenge[0]++;
    assertThatThrownBy(() -> Greeting.readChallenge(challenge))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version");
  }

  private void assertRefused(byte[] claim, String why) {
    assertThatThrownBy(() -> n2.readClaim(claim, n2sNonce))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(why);
  }

  private static int indexOf(byte[] bytes, String text) {
    int index = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
    assertThat(index).isPositive();
    return index;
  }

  private static Greeting greeting(String id, String secret, String group) {
    return new Greeting(new PeerIdentity(id, secret), group);
  }
}
