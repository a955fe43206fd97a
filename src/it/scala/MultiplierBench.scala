import java.util.function.{Function => JFunction}
import java.util.Optional

import org.bitexact.format.{Flags, FormatNames, ScalarFormat}
import org.bitexact.vectors.{StreamFunctions, StreamType, TestFloatGenerator, TestFloatProgram, TestFloatRequest}

import scala.jdk.CollectionConverters._

/** A case of a stream: operands, expected result, expected flags. */
final case class Case(a: Long, b: Long, c: Long, z: Long, flags: Int)

/** The cases that `testfloat_gen` would print for the same arguments, without a process, a pipe or a PATH. */
object Cases {
  private val formats: JFunction[String, Optional[ScalarFormat]] =
    name => FormatNames.find(name).map(_.format)

  def apply(arguments: String*): Iterator[Case] = {
    val request = TestFloatRequest.parse(TestFloatProgram.GENERATOR, arguments.asJava, StreamType.types(formats))
    val expected = StreamFunctions.of(request, name => formats(name).orElseThrow())
    val sequence = TestFloatGenerator.sequence(request)
    val operands = new Array[Long](3)
    val flags = new Flags()
    Iterator.fill(sequence.total.toInt) {
      sequence.next(operands)
      flags.clear()
      val z = expected.evaluate(operands(0), operands(1), operands(2), flags)
      Case(operands(0), operands(1), operands(2), z, flags.raised)
    }
  }
}

/** The unit under test: a bfloat16 multiplier, ties to even, as a hardware designer models it before writing it. */
final class Multiplier(stickyLost: Boolean) {
  private val Nan = 0x7fc0
  private val Infinity = 0x7f80

  /** Significand with the implicit bit, normalised, and its exponent field, which may be below 1. */
  private def unpack(x: Int): (Int, Int) = {
    val field = x >> 7 & 0xff
    if (field != 0) (x & 0x7f | 0x80, field)
    else {
      val shift = Integer.numberOfLeadingZeros(x & 0x7f) - 24
      ((x & 0x7f) << shift, 1 - shift)
    }
  }

  def apply(a: Int, b: Int): Int = {
    val sign = (a ^ b) & 0x8000
    val (x, y) = (a & 0x7fff, b & 0x7fff)
    if (x > Infinity || y > Infinity) Nan
    else if (x == Infinity || y == Infinity) if (x == 0 || y == 0) Nan else sign | Infinity
    else if (x == 0 || y == 0) sign
    else {
      val (sigA, expA) = unpack(x)
      val (sigB, expB) = unpack(y)
      val wide = sigA * sigB // 15 or 16 bits
      val carry = wide >> 15
      // 8 bits to keep, below them a round bit and sticky bits
      val product = wide << (1 - carry)
      val exponent = expA + expB - 127 + carry
      val shift = 8 + math.max(0, 1 - exponent)
      if (shift > 24) sign
      else {
        val kept = product >> shift
        val round = product >> (shift - 1) & 1
        val sticky = if (!stickyLost && (product & ((1 << (shift - 1)) - 1)) != 0) 1 else 0
        val up = round & (sticky | kept & 1)
        val code = (if (exponent >= 1) (exponent - 1) << 7 else 0) + kept + up
        if (code >= Infinity) sign | Infinity else sign | code
      }
    }
  }
}

object MultiplierBench {
  /** Runs the bench on one unit and tells how many cases failed. */
  private def run(name: String, unit: Multiplier): Int = {
    var tests, errors = 0
    for (c <- Cases("-specialize", "RISCV", "-rnear_even", "bf16_mul")) {
      val z = unit(c.a.toInt, c.b.toInt)
      tests += 1
      if (z != c.z) {
        errors += 1
        if (errors == 1) println(f"$name: ${c.a}%04x * ${c.b}%04x gives $z%04x, expected ${c.z}%04x")
      }
    }
    println(s"$name: $tests tests, $errors errors.")
    errors
  }

  def main(args: Array[String]): Unit = {
    val good = run("multiplier", new Multiplier(stickyLost = false))
    val bad = run("without sticky", new Multiplier(stickyLost = true))
    sys.exit(if (good == 0 && bad > 0) 0 else 1)
  }
}
