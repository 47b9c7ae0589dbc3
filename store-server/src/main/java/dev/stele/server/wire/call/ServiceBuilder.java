// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.call;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.util.ArrayList;
import java.util.List;

/** Puts the handlers of one service's methods together. */
public final class ServiceBuilder {
  private final ServiceDescriptor service;
  private final CallRuntime runtime;
  private final List<ServerMethodDefinition<RequestBytes, Reply>> methods = new ArrayList<>();

  /** For {@code service}, as it was generated. */
  public ServiceBuilder(ServiceDescriptor service, CallRuntime runtime) {
    this.service = service;
    this.runtime = runtime;
  }

  /** Serves the unary {@code method}, as it was generated, by {@code handler}. */
  public <Q extends Message, R extends Message> ServiceBuilder add(
      MethodDescriptor<Q, R> method, Effect effect, Handler<Q, R> handler) {
    Q prototype = prototype(method);
    methods.add(
        ServerMethodDefinition.create(
            method.toBuilder(RequestBytes.MARSHALLER, Reply.MARSHALLER)
                // gRPC itself would end a call with two requests as INTERNAL.
                .setType(MethodDescriptor.MethodType.CLIENT_STREAMING)
                .build(),
            new UnaryHandler<>(prototype, effect, handler, runtime)));
    return this;
  }

  /** Serves {@code method}, as it was generated, whose both sides stream, by {@code handler}. */
  public <Q extends Message, R extends Message> ServiceBuilder addStream(
      MethodDescriptor<Q, R> method, StreamService<Q> handler) {
    methods.add(
        ServerMethodDefinition.create(
            method.toBuilder(RequestBytes.MARSHALLER, Reply.MARSHALLER).build(),
            new StreamHandler<>(prototype(method), handler)));
    return this;
  }

  private static <Q extends Message> Q prototype(MethodDescriptor<Q, ?> method) {
    MethodDescriptor.PrototypeMarshaller<Q> marshaller =
        (MethodDescriptor.PrototypeMarshaller<Q>) method.getRequestMarshaller();
    Q prototype = marshaller.getMessagePrototype();
    if (prototype == null) {
      throw new IllegalArgumentException(method.getFullMethodName() + " has no prototype");
    }
    return prototype;
  }

  /** The service; every method of it must have been added. */
  public ServerServiceDefinition build() {
    ServiceDescriptor.Builder descriptor =
        ServiceDescriptor.newBuilder(service.getName())
            .setSchemaDescriptor(service.getSchemaDescriptor());
    methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
    if (methods.size() != service.getMethods().size()) {
      throw new IllegalStateException(service.getName() + " lacks methods");
    }
    ServerServiceDefinition.Builder definition =
        ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(definition::addMethod);
    return definition.build();
  }
}
