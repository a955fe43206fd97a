// Test bench that loads a pack (`bitexact vectors write bf16_mulAdd --profile riscv --out fma_pack.memh`) and takes the
// layout of its words from the header written beside it, fma_pack.vh: where each field starts, how many rows a word holds.
module fma_pack_tb #(
    parameter EXP = 8,
    parameter SIG = 8
);
`include "bench.vh"
    // every field of the header has a number of codes; they are all the same
    /* verilator lint_off UNUSEDPARAM */
`include "fma_pack.vh"
    /* verilator lint_on UNUSEDPARAM */

    reg [FMA_PACK_WORD_BITS-1:0] words [0:FMA_PACK_WORDS-1];
    reg [FMA_PACK_WORD_BITS-1:0] word;
    reg [8*512-1:0]              name;
    integer                      i, lane;

    initial begin
        start;
        if ($value$plusargs("file=%s", name)) $readmemh(name, words);
        for (i = 0; i < FMA_PACK_COUNT && errors < limit; i = i + 1) begin
            word = words[i / FMA_PACK_A_CODES];
            lane = i % FMA_PACK_A_CODES;
            check(
                word[FMA_PACK_A_LSB + lane * FMA_PACK_A_STRIDE +: K],
                word[FMA_PACK_B_LSB + lane * FMA_PACK_B_STRIDE +: K],
                word[FMA_PACK_C_LSB + lane * FMA_PACK_C_STRIDE +: K],
                word[FMA_PACK_Z_LSB + lane * FMA_PACK_Z_STRIDE +: K],
                word[FMA_PACK_FLAGS_LSB + lane * FMA_PACK_FLAGS_STRIDE +: 8]);
        end
        finish(1'b1);
    end
endmodule
