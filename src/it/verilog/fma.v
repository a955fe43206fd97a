// Fused multiply-add of IEEE 754 binary formats: z = a * b + c, rounded once. Combinational, Verilog-2005, synthesizable.
//
//     bit   EXP+SIG-1   EXP+SIG-2 .. SIG-1   SIG-2 .. 0
//           s           e ... e              t ... t       1 sign, EXP exponent, SIG-1 trailing significand bits
//
// EXP is the width of the exponent field, SIG the precision p, implicit bit included: (5, 11) is FP16, (8, 8) BF16. The
// top biased exponent holds infinities and NaNs; subnormals are full citizens. SIG <= 2**EXP, see the exponents below.
//
//     rm      0 RNE ties to even   1 RTZ toward zero   2 RDN down   3 RUP up   4 RMM ties to away      (RISC-V frm)
//     flags   4 NV invalid   3 DZ divide by zero, never here   2 OF overflow   1 UF underflow   0 NX inexact  (fflags)
//
// A NaN result is the canonical one (positive, quiet, no payload), as RISC-V has it; infinity times zero is invalid even
// if c is a quiet NaN. Tininess is detected after rounding. The stream to test it with is
// `testfloat_gen -specialize RISCV -tininessafter f16_mulAdd`.
//
// Macros DEFECT_... put in one mistake each, of the kind that real units had; the test vectors have to catch them.

// Splits an operand. A subnormal is normalised: its leading one moves to the top and the exponent falls below 1.
module fma_unpack #(
    parameter EXP = 5,
    parameter SIG = 11
) (
    input  [EXP+SIG-1:0]      x,
    output                    sign,
    output signed [EXP+2:0]   exponent,     // biased; 2 - SIG at least
    output [SIG-1:0]          significand,  // top bit set unless zero
    output                    zero,
    output                    infinite,
    output                    nan,
    output                    signaling
);
    wire [EXP-1:0] field    = x[EXP+SIG-2:SIG-1];
    wire [SIG-2:0] trailing = x[SIG-2:0];
    wire           normal   = |field;
    wire           special  = &field;
    wire [SIG-1:0] raw      = {normal, trailing};

    function [EXP+2:0] leading_zeros;
        input [SIG-1:0] bits;
        integer i;
        begin
            leading_zeros = 0;
            for (i = SIG - 1; i >= 0; i = i - 1)
                if (bits[SIG-1-i]) leading_zeros = i[EXP+2:0];
        end
    endfunction

    wire [EXP+2:0] shift = leading_zeros(raw);

    assign sign        = x[EXP+SIG-1];
    assign exponent    = {3'b000, field[EXP-1:1], field[0] | !normal} - shift;
    assign significand = raw << shift;
    assign zero        = !normal && trailing == 0;
    assign infinite    = special && trailing == 0;
    assign nan         = special && trailing != 0;
    assign signaling   = nan && !trailing[SIG-2];
endmodule

module fma #(
    parameter EXP = 5,
    parameter SIG = 11
) (
    input  [EXP+SIG-1:0] a,
    input  [EXP+SIG-1:0] b,
    input  [EXP+SIG-1:0] c,
    input  [2:0]         rm,
    output [EXP+SIG-1:0] z,
    output [4:0]         flags
);
    localparam [2:0] RNE = 0, RDN = 2, RUP = 3, RMM = 4;

    // Exponents are signed and biased once. The extremes are those of the product, from 2 * (2 - SIG) - BIAS to
    // 2 * (2**EXP - 2) - BIAS, and differences of two exponents: |x| < 4 * 2**EXP, so EXP + 3 bits hold them all.
    localparam EW   = EXP + 3;
    localparam BIAS = (1 << (EXP - 1)) - 1;
    localparam TOP  = (1 << EXP) - 1;  // infinities and NaNs

    // The sum is formed in a window of W bits whose bit F weighs 2**exponent, exponent being that of the larger term.
    //   above F   product < 4, addend < 2, sum < 6: two more bits
    //   below F   the product of two significands has 2 * SIG - 2 fraction bits; four more make the bits that are
    //             shifted out of the smaller term harmless, see shift_jam
    localparam F = 2 * SIG + 2;
    localparam W = F + 3;

    // x >> n, where a one that is shifted out leaves a one in the lowest bit ("sticky"): a value strictly between two
    // even numbers of the lowest unit stays strictly between them. Where every rounding boundary (code or midpoint) is
    // even in that unit, comparison with it is not disturbed. A midpoint lies SIG bits below the leading one, so that
    // has to be at bit SIG + 1 or above. It is: bits are lost only if the addend is SIG + 4 or more binades below the
    // product, or the product 5 or more below the addend. Then the smaller term is less than 1/8 of the larger one, and
    // the sum has its leading one at bit F - 1 = 2 * SIG + 1 or above.
    function [W-1:0] shift_jam;
        input [W-1:0]  x;
        input [EW-1:0] n;
        reg   [W-1:0]  kept;
        begin
            kept = x >> n;
            shift_jam = {kept[W-1:1], kept[0] | (kept << n != x)};
        end
    endfunction

    function [EW-1:0] leading_zeros;
        input [W-1:0] bits;
        integer i;
        begin
            leading_zeros = 0;
            for (i = W - 1; i >= 0; i = i - 1)
                if (bits[W-1-i]) leading_zeros = i[EW-1:0];
        end
    endfunction

    // Whether to add one unit to the kept bits.
    //   round  sticky   discarded part       RNE   RMM   RDN    RUP
    //     0      0      nothing               0     0     0      0
    //     0      1      below half            0     0    sign  !sign
    //     1      0      exactly half         lsb    1    sign  !sign
    //     1      1      above half            1     1    sign  !sign
    function increment;
        input [2:0] mode;
        input       sign;
        input       lsb;
        input       round;
        input       sticky;
        case (mode)
`ifdef DEFECT_TIES_AWAY
            RNE:     increment = round;
`else
            RNE:     increment = round & (sticky | lsb);
`endif
            RDN:     increment = sign & (round | sticky);
            RUP:     increment = !sign & (round | sticky);
            RMM:     increment = round;
            default: increment = 1'b0;  // RTZ
        endcase
    endfunction

    // ---- operands

    wire                 a_sign, b_sign, c_sign;
    wire signed [EW-1:0] a_exp, b_exp, c_exp;
    wire [SIG-1:0]       a_sig, b_sig, c_sig;
    wire                 a_zero, b_zero, c_zero;
    wire                 a_inf, b_inf, c_inf;
    wire                 a_nan, b_nan, c_nan;
    wire                 a_signaling, b_signaling, c_signaling;

    fma_unpack #(EXP, SIG) unpack_a (a, a_sign, a_exp, a_sig, a_zero, a_inf, a_nan, a_signaling);
    fma_unpack #(EXP, SIG) unpack_b (b, b_sign, b_exp, b_sig, b_zero, b_inf, b_nan, b_signaling);
    fma_unpack #(EXP, SIG) unpack_c (c, c_sign, c_exp, c_sig, c_zero, c_inf, c_nan, c_signaling);

    // ---- product, exact

    wire                 p_sign = a_sign ^ b_sign;
    wire                 p_zero = a_zero | b_zero;
    wire                 p_inf  = a_inf | b_inf;
    wire signed [EW-1:0] p_exp  = a_exp + b_exp - BIAS[EW-1:0];
    wire [2*SIG-1:0]     full   = {{SIG{1'b0}}, a_sig} * {{SIG{1'b0}}, b_sig};
`ifdef DEFECT_UNFUSED
    wire [2*SIG-1:0]     p_sig  = {full[2*SIG-1:SIG], {SIG{1'b0}}};
`else
    wire [2*SIG-1:0]     p_sig  = full;
`endif

    // ---- alignment to the larger exponent; a zero has none

    wire                 p_leads = c_zero | (!p_zero & p_exp >= c_exp);
    wire signed [EW-1:0] exponent = p_leads ? p_exp : c_exp;
    wire [EW-1:0]        distance = p_leads ? p_exp - c_exp : c_exp - p_exp;
    wire [W-1:0]         p_wide = {1'b0, p_sig, 4'b0000};              // bit 2 * SIG - 2 to bit F
    wire [W-1:0]         c_wide = {2'b00, c_sig, {(SIG+3){1'b0}}};     // bit SIG - 1 to bit F
    wire [W-1:0]         larger = p_leads ? p_wide : c_wide;
    wire [W-1:0]         smaller = p_leads ? c_wide : p_wide;
`ifdef DEFECT_STICKY
    wire [W-1:0]         aligned = smaller >> distance;
`else
    wire [W-1:0]         aligned = shift_jam(smaller, distance);
`endif

    // ---- sum: sign and magnitude

    wire         subtract = p_sign ^ c_sign;
    wire [W:0]   difference = {1'b0, larger} - {1'b0, aligned};
    wire         borrow = subtract & difference[W];
    wire [W-1:0] sum = !subtract ? larger + aligned : borrow ? -difference[W-1:0] : difference[W-1:0];
    wire         sum_zero = sum == 0;
    wire         sum_sign = (p_leads ? p_sign : c_sign) ^ borrow;

    // x - x, and 0 + -0, are +0, when rounding down -0; two zeros of one sign keep it.
`ifdef DEFECT_ZERO_SIGN
    wire         zero_sign = !subtract & p_sign;
`else
    wire         zero_sign = subtract ? rm == RDN : p_sign;
`endif

    // ---- normalisation: leading one to the top; r_exp is its biased exponent, as if exponents had no bounds

    wire [EW-1:0]        zeros = leading_zeros(sum);
    wire [W-1:0]         normalised = sum << zeros;
    localparam [EW-1:0]  ABOVE = W - 1 - F;
    wire signed [EW-1:0] r_exp = exponent + ABOVE - zeros;

    // Below the normal range the unit in the last place stays that of the smallest normal number.
    wire                 below = r_exp < 1;
    wire [W-1:0]         placed = below ? shift_jam(normalised, 1 - r_exp) : normalised;

    // ---- rounding

    wire [SIG-2:0] kept   = placed[W-2:W-SIG];  // the leading one, at W - 1, is told by the exponent
    wire           round  = placed[W-SIG-1];
    wire           sticky = |placed[W-SIG-2:0];
    wire           inexact = round | sticky;
    wire           up     = increment(rm, sum_sign, kept[0], round, sticky);

    // The carry of the significand goes into the exponent: the largest subnormal becomes the smallest normal number,
    // 1.1...1 becomes 2.
    wire [EW-1:0]      field = below ? {EW{1'b0}} : r_exp;
    wire [EW+SIG-2:0]  rounded = {field, kept} + {{(EW+SIG-2){1'b0}}, up};
    wire               overflow = rounded[EW+SIG-2:SIG-1] >= TOP[EW-1:0];

    // Tiny after rounding: below the smallest normal number even when rounded to SIG bits with unbounded exponent. The
    // one value that this rounding lifts out of the range has all SIG bits set, an exponent of 0 and is incremented.
    wire lifted = r_exp == 0 & &normalised[W-1:W-SIG]
            & increment(rm, sum_sign, normalised[W-SIG], normalised[W-SIG-1], |normalised[W-SIG-2:0]);
`ifdef DEFECT_UNDERFLOW_EARLY
    wire tiny = below;
`else
    wire tiny = below & !lifted;
`endif

    // ---- results

    wire any_nan = a_nan | b_nan | c_nan;
    wire product_invalid = (a_inf & b_zero) | (a_zero & b_inf);
    wire sum_invalid = p_inf & c_inf & subtract & !any_nan;
`ifdef DEFECT_QUIET_INVALID
    wire invalid = a_signaling | b_signaling | c_signaling | (product_invalid & !c_nan) | sum_invalid;
`else
    wire invalid = a_signaling | b_signaling | c_signaling | product_invalid | sum_invalid;
`endif
    wire is_nan = any_nan | product_invalid | sum_invalid;
    wire is_inf = p_inf | c_inf;
`ifdef DEFECT_SATURATE
    wire to_inf = 1'b0;
`else
    wire to_inf = rm == RNE | rm == RMM | (sum_sign ? rm == RDN : rm == RUP);
`endif

    wire [EXP+SIG-2:0] infinity = {{EXP{1'b1}}, {(SIG-1){1'b0}}};
    wire [EXP+SIG-2:0] largest  = {{(EXP-1){1'b1}}, 1'b0, {(SIG-1){1'b1}}};
    wire [EXP+SIG-1:0] canonical_nan = {1'b0, {EXP{1'b1}}, 1'b1, {(SIG-2){1'b0}}};

    assign z = is_nan   ? canonical_nan
             : is_inf   ? {p_inf ? p_sign : c_sign, infinity}
             : sum_zero ? {zero_sign, {(EXP+SIG-1){1'b0}}}
             : overflow ? {sum_sign, to_inf ? infinity : largest}
             :            {sum_sign, rounded[EXP+SIG-2:0]};

    wire finite = !is_nan & !is_inf & !sum_zero;

    assign flags = {invalid, 1'b0, finite & overflow, finite & tiny & inexact, finite & (overflow | inexact)};
endmodule

module fma_fp16 (
    input  [15:0] a,
    input  [15:0] b,
    input  [15:0] c,
    input  [2:0]  rm,
    output [15:0] z,
    output [4:0]  flags
);
    fma #(5, 11) unit (a, b, c, rm, z, flags);
endmodule

module fma_bf16 (
    input  [15:0] a,
    input  [15:0] b,
    input  [15:0] c,
    input  [2:0]  rm,
    output [15:0] z,
    output [4:0]  flags
);
    fma #(8, 8) unit (a, b, c, rm, z, flags);
endmodule
