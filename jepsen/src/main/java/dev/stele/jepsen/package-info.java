// SPDX-License-Identifier: Apache-2.0
/** Real processes, real faults, and judges that share no code with what they judge. */
@NullMarked
package dev.stele.jepsen;

import org.jspecify.annotations.NullMarked;
