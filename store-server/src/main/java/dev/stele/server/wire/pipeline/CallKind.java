// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.pipeline;

import com.google.protobuf.Message;
import dev.stele.proto.v1.DeleteResponse;
import dev.stele.proto.v1.FactsGrpc;
import dev.stele.proto.v1.GetResponse;
import dev.stele.proto.v1.PipelineAnswer;
import dev.stele.proto.v1.PipelineCall;
import dev.stele.proto.v1.PipelineGrpc;
import dev.stele.proto.v1.PutResponse;
import dev.stele.proto.v1.RequestHeader;
import dev.stele.proto.v1.ResponseHeader;
import dev.stele.proto.v1.TxnResponse;
import dev.stele.server.wire.call.Effect;
import io.grpc.MethodDescriptor;

/** The methods whose calls a stream takes, and where their messages keep what is merged. */
enum CallKind {
  PUT(FactsGrpc.getPutMethod(), Effect.WRITE, PipelineAnswer.PUT_FIELD_NUMBER) {
    @Override
    RequestHeader requestHeader(PipelineCall call) {
      return call.getPut().getHeader();
    }

    @Override
    Message withHeader(PipelineCall call, RequestHeader header) {
      return call.getPut().toBuilder().setHeader(header).build();
    }

    @Override
    ResponseHeader responseHeader(Message response) {
      return ((PutResponse) response).getHeader();
    }

    @Override
    Message bare(Message response) {
      return ((PutResponse) response).toBuilder().clearHeader().build();
    }
  },
  DELETE(FactsGrpc.getDeleteMethod(), Effect.WRITE, PipelineAnswer.DELETE_FIELD_NUMBER) {
    @Override
    RequestHeader requestHeader(PipelineCall call) {
      return call.getDelete().getHeader();
    }

    @Override
    Message withHeader(PipelineCall call, RequestHeader header) {
      return call.getDelete().toBuilder().setHeader(header).build();
    }

    @Override
    ResponseHeader responseHeader(Message response) {
      return ((DeleteResponse) response).getHeader();
    }

    @Override
    Message bare(Message response) {
      return ((DeleteResponse) response).toBuilder().clearHeader().build();
    }
  },
  TXN(FactsGrpc.getTxnMethod(), Effect.WRITE, PipelineAnswer.TXN_FIELD_NUMBER) {
    @Override
    RequestHeader requestHeader(PipelineCall call) {
      return call.getTxn().getHeader();
    }

    @Override
    Message withHeader(PipelineCall call, RequestHeader header) {
      return call.getTxn().toBuilder().setHeader(header).build();
    }

    @Override
    ResponseHeader responseHeader(Message response) {
      return ((TxnResponse) response).getHeader();
    }

    @Override
    Message bare(Message response) {
      return ((TxnResponse) response).toBuilder().clearHeader().build();
    }
  },
  GET(FactsGrpc.getGetMethod(), Effect.READ, PipelineAnswer.GET_FIELD_NUMBER) {
    @Override
    RequestHeader requestHeader(PipelineCall call) {
      return call.getGet().getHeader();
    }

    @Override
    Message withHeader(PipelineCall call, RequestHeader header) {
      return call.getGet().toBuilder().setHeader(header).build();
    }

    @Override
    ResponseHeader responseHeader(Message response) {
      return ((GetResponse) response).getHeader();
    }

    @Override
    Message bare(Message response) {
      return ((GetResponse) response).toBuilder().clearHeader().build();
    }
  },
  /** Nothing that this build knows of: it is refused, and asks nobody. */
  NOTHING(PipelineGrpc.getExchangeMethod(), Effect.READ, PipelineAnswer.REFUSED_FIELD_NUMBER) {
    @Override
    RequestHeader requestHeader(PipelineCall call) {
      return RequestHeader.getDefaultInstance();
    }

    @Override
    Message withHeader(PipelineCall call, RequestHeader header) {
      return call;
    }

    @Override
    ResponseHeader responseHeader(Message response) {
      return ResponseHeader.getDefaultInstance();
    }

    @Override
    Message bare(Message response) {
      return response;
    }
  };

  private final String method;
  private final Effect effect;
  private final int answerField;

  CallKind(MethodDescriptor<?, ?> method, Effect effect, int answerField) {
    this.method = method.getFullMethodName();
    this.effect = effect;
    this.answerField = answerField;
  }

  /** What {@code call} asks for. */
  static CallKind of(PipelineCall call) {
    return switch (call.getRequestCase()) {
      case PUT -> PUT;
      case DELETE -> DELETE;
      case TXN -> TXN;
      case GET -> GET;
      case REQUEST_NOT_SET -> NOTHING;
    };
  }

  /** Full name of the method that is asked for. */
  String method() {
    return method;
  }

  Effect effect() {
    return effect;
  }

  /** Where {@link PipelineAnswer} keeps the response. */
  int answerField() {
    return answerField;
  }

  /** The header of the request itself. */
  abstract RequestHeader requestHeader(PipelineCall call);

  /** The request with {@code header} for its own. */
  abstract Message withHeader(PipelineCall call, RequestHeader header);

  abstract ResponseHeader responseHeader(Message response);

  /** {@code response} without its header. */
  abstract Message bare(Message response);
}
