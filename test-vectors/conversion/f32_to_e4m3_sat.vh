// parameters of the words of f32_to_e4m3_sat.memh
localparam F32_TO_E4M3_SAT_COUNT = 60;
localparam F32_TO_E4M3_SAT_WORDS = 60;
localparam F32_TO_E4M3_SAT_WORD_BITS = 48;
localparam F32_TO_E4M3_SAT_A_LSB = 16;
localparam F32_TO_E4M3_SAT_A_CODES = 1;
localparam F32_TO_E4M3_SAT_A_STRIDE = 32;
localparam F32_TO_E4M3_SAT_A_BITS = 32;
localparam F32_TO_E4M3_SAT_Z_LSB = 8;
localparam F32_TO_E4M3_SAT_Z_CODES = 1;
localparam F32_TO_E4M3_SAT_Z_STRIDE = 8;
localparam F32_TO_E4M3_SAT_Z_BITS = 8;
localparam F32_TO_E4M3_SAT_FLAGS_LSB = 0;
localparam F32_TO_E4M3_SAT_FLAGS_CODES = 1;
localparam F32_TO_E4M3_SAT_FLAGS_STRIDE = 8;
localparam F32_TO_E4M3_SAT_FLAGS_BITS = 8;
