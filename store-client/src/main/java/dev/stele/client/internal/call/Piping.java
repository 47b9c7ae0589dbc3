// SPDX-License-Identifier: Apache-2.0
package dev.stele.client.internal.call;

import dev.stele.proto.v1.DeleteRequest;
import dev.stele.proto.v1.DeleteResponse;
import dev.stele.proto.v1.GetRequest;
import dev.stele.proto.v1.GetResponse;
import dev.stele.proto.v1.PipelineAnswer;
import dev.stele.proto.v1.PipelineAnswer.OutcomeCase;
import dev.stele.proto.v1.PipelineCall;
import dev.stele.proto.v1.PutRequest;
import dev.stele.proto.v1.PutResponse;
import dev.stele.proto.v1.TxnRequest;
import dev.stele.proto.v1.TxnResponse;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * How calls of a method go together with others.
 *
 * @param request puts a request into its envelope
 * @param outcome which answers are of this method
 * @param answer takes one out of its envelope
 */
record Piping<Q, A>(
    BiConsumer<PipelineCall.Builder, Q> request,
    OutcomeCase outcome,
    Function<PipelineAnswer, A> answer) {
  static final Piping<PutRequest, PutResponse> PUT =
      new Piping<>(PipelineCall.Builder::setPut, OutcomeCase.PUT, PipelineAnswer::getPut);
  static final Piping<DeleteRequest, DeleteResponse> DELETE =
      new Piping<>(PipelineCall.Builder::setDelete, OutcomeCase.DELETE, PipelineAnswer::getDelete);
  static final Piping<TxnRequest, TxnResponse> TXN =
      new Piping<>(PipelineCall.Builder::setTxn, OutcomeCase.TXN, PipelineAnswer::getTxn);
  static final Piping<GetRequest, GetResponse> GET =
      new Piping<>(PipelineCall.Builder::setGet, OutcomeCase.GET, PipelineAnswer::getGet);
}
