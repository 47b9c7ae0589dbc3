// SPDX-License-Identifier: Apache-2.0
package dev.stele.server.wire.parse;

import dev.stele.proto.v1.DeleteRequest;
import dev.stele.proto.v1.Operation;
import dev.stele.proto.v1.TxnRequest;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names fields as the caller set them. The core knows a delete's target as one range; the caller
 * gave it as a key, a prefix or a range.
 */
public final class FieldNames {
  private static final Pattern IN_BRANCH =
      Pattern.compile("(then|else)\\[(\\d{1,3})]\\.delete\\.target");

  private static final Pattern OF_ENDPOINT =
      Pattern.compile("(endpoints\\[\\d{1,2}])\\.(key|body)");

  private FieldNames() {}

  /** The name of {@code field}, which the core gave, in {@code request}. */
  public static String inRequest(DeleteRequest request, String field) {
    return field.equals("target") ? of(request) : field;
  }

  /** The name of {@code field}, which the core gave, in {@code request}. */
  public static String inRequest(TxnRequest request, String field) {
    Matcher matcher = IN_BRANCH.matcher(field);
    if (!matcher.matches()) {
      return field;
    }
    List<Operation> branch =
        matcher.group(1).equals("then") ? request.getThenList() : request.getElseList();
    Operation operation = branch.get(Integer.parseInt(matcher.group(2)));
    return field.substring(0, field.length() - "target".length()) + of(operation.getDelete());
  }

  /**
   * The name of {@code field} in a registration. The store knows it as puts of facts; the caller
   * gave a name, a member and endpoints.
   */
  public static String inRegistration(String field) {
    return switch (field) {
      case "member.key" -> "name";
      case "member.body" -> "member";
      default -> {
        Matcher matcher = OF_ENDPOINT.matcher(field);
        yield matcher.matches()
            ? matcher.group(1) + (matcher.group(2).equals("key") ? ".instance" : ".endpoint")
            : field;
      }
    };
  }

  private static String of(DeleteRequest request) {
    return switch (request.getTargetCase()) {
      case KEY -> "key";
      case PREFIX -> "prefix";
      case RANGE -> "range";
      case TARGET_NOT_SET -> "target";
    };
  }

  static String of(Operation.Delete delete) {
    return switch (delete.getTargetCase()) {
      case KEY -> "key";
      case PREFIX -> "prefix";
      case RANGE -> "range";
      case TARGET_NOT_SET -> "target";
    };
  }
}
