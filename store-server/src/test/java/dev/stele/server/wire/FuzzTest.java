// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import dev.stele.proto.peer.v1.PeerGrpc;
import dev.stele.proto.v1.ClaimsGrpc;
import dev.stele.proto.v1.ClusterGrpc;
import dev.stele.proto.v1.FactsGrpc;
import dev.stele.proto.v1.KindPolicy;
import dev.stele.proto.v1.LeasesGrpc;
import dev.stele.proto.v1.MaintenanceGrpc;
import dev.stele.proto.v1.MembersGrpc;
import dev.stele.proto.v1.Pool;
import dev.stele.proto.v1.WatchGrpc;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever is sent to whatever method, the answer is a result or a typed error (G9). */
final class FuzzTest {
  private static final List<MethodDescriptor<?, ?>> METHODS =
      Stream.of(
              FactsGrpc.getServiceDescriptor(),
              ClusterGrpc.getServiceDescriptor(),
              WatchGrpc.getServiceDescriptor(),
              LeasesGrpc.getServiceDescriptor(),
              MembersGrpc.getServiceDescriptor(),
              ClaimsGrpc.getServiceDescriptor(),
              MaintenanceGrpc.getServiceDescriptor(),
              PeerGrpc.getServiceDescriptor(),
              HealthGrpc.getServiceDescriptor(),
              ServerReflectionGrpc.getServiceDescriptor())
          .<MethodDescriptor<?, ?>>flatMap(service -> service.getMethods().stream())
          .toList();

  /** Pieces that lead deep into the parsers. */
  private static final List<String> TEXTS =
      List.of(
          "",
          "desired/",
          "desired/a",
          "config/b",
          "lease/l",
          "kind/k",
          "k/a",
          "member/m",
          "pool/p",
          "claim/p/1",
          "endpoint/s/i",
          "h:1",
          "10.0.0.0/24",
          "10.0.0.1",
          "x",
          "cluster-1",
          "\u0000",
          "語");

  /** Revisions that there are from the beginning on. */
  private static final int COME = 3;

  private static TestNode node;

  @BeforeContainer
  static void start() throws IOException {
    node = TestNode.formed("n1");
    while (node.revision() < COME) {
      var unused = node.facts().put(Requests.put("desired/a").build());
    }
  }

  @AfterContainer
  static void stop() {
    assertThat(node.faults).isEmpty();
    node.close();
  }

  @Property(tries = 150)
  void randomBytesGetATypedAnswer(@ForAll @Size(max = 200) byte[] bytes) {
    METHODS.forEach(method -> send(method, bytes));
  }

  @Property(tries = 150)
  void randomMessagesGetATypedAnswer(@ForAll long seed) {
    Random random = new Random(seed);
    for (MethodDescriptor<?, ?> method : METHODS) {
      send(method, message(prototype(method).getDescriptorForType(), random, 4).toByteArray());
    }
  }

  @Property(tries = 150)
  void damagedMessagesGetATypedAnswer(@ForAll long seed) {
    Random random = new Random(seed);
    for (MethodDescriptor<?, ?> method : METHODS) {
      byte[] bytes = message(prototype(method).getDescriptorForType(), random, 4).toByteArray();
      if (bytes.length > 0) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      send(method, bytes);
    }
  }

  private static void send(MethodDescriptor<?, ?> method, byte[] bytes) {
    Metadata peer = RawCall.peerHeaders("n2", TestNode.SECRET);
    RawCall.End end = RawCall.call(node.channel(), method, within(method), peer, bytes);
    if (end.status().isOk() || standardAnswer(method, end)) {
      return;
    }
    assertThat(Refused.of(end.status(), end.trailers()))
        .as("%s answers %s", method.getFullMethodName(), end.status())
        .isPresent()
        .get()
        .satisfies(refused -> assertThat(refused.reason().name()).isNotEqualTo("OUTCOME_UNKNOWN"));
  }

  /**
   * Who asks rightly who has applied a revision that nobody applies is answered at the deadline.
   */
  private static CallOptions within(MethodDescriptor<?, ?> method) {
    boolean waits = method.equals(WatchGrpc.getAwaitAppliedMethod());
    return CallOptions.DEFAULT.withDeadlineAfter(waits ? 1 : 10, TimeUnit.SECONDS);
  }

  /** The health service says in gRPC's own way that it does not know a service. */
  private static boolean standardAnswer(MethodDescriptor<?, ?> method, RawCall.End end) {
    return method.getServiceName().equals(HealthGrpc.SERVICE_NAME)
        && Set.of(Status.Code.NOT_FOUND).contains(end.status().getCode());
  }

  private static Message prototype(MethodDescriptor<?, ?> method) {
    MethodDescriptor.PrototypeMarshaller<?> marshaller =
        (MethodDescriptor.PrototypeMarshaller<?>) method.getRequestMarshaller();
    return (Message) marshaller.getMessagePrototype();
  }

  private static Message message(Descriptor type, Random random, int depth) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    List<FieldDescriptor> fields = new ArrayList<>(type.getFields());
    // A header of another cluster would end most requests before they are looked at.
    fields.removeIf(field -> field.getName().equals("header"));
    for (FieldDescriptor field : fields) {
      if (random.nextInt(3) == 0 || (isMessage(field) && depth == 0)) {
        continue;
      }
      if (field.isRepeated()) {
        for (int i = random.nextInt(3); i > 0; i--) {
          message.addRepeatedField(field, value(field, random, depth));
        }
      } else {
        message.setField(field, value(field, random, depth));
      }
    }
    return message.build();
  }

  private static boolean isMessage(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
  }

  private static Object value(FieldDescriptor field, Random random, int depth) {
    // A read waits for a revision that is yet to come until its deadline, and is right to.
    boolean small = random.nextBoolean() || field.getName().equals("at_least");
    long number = small ? random.nextInt(COME + 1) : random.nextLong();
    return switch (field.getJavaType()) {
      case INT -> (int) number;
      case LONG -> number;
      case FLOAT -> (float) number;
      case DOUBLE -> (double) number;
      case BOOLEAN -> random.nextBoolean();
      case STRING -> text(random);
      case BYTE_STRING -> bytes(random);
      case ENUM -> field.getEnumType().findValueByNumberCreatingIfUnknown(random.nextInt(6));
      case MESSAGE -> message(field.getMessageType(), random, depth - 1);
    };
  }

  private static String text(Random random) {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  private static ByteString bytes(Random random) {
    if (random.nextInt(8) == 0) {
      return message(Pool.getDescriptor(), random, 2).toByteString();
    }
    if (random.nextInt(8) == 0) {
      return message(KindPolicy.getDescriptor(), random, 1).toByteString();
    }
    byte[] noise = new byte[random.nextInt(40)];
    random.nextBytes(noise);
    return random.nextInt(4) == 0
        ? ByteString.copyFrom(noise)
        : ByteString.copyFromUtf8(text(random) + text(random));
  }
}
