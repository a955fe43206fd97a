// parameters of the words of f32_to_e4m3.memh
localparam F32_TO_E4M3_COUNT = 60;
localparam F32_TO_E4M3_WORDS = 15;
localparam F32_TO_E4M3_WORD_BITS = 192;
localparam F32_TO_E4M3_A_LSB = 64;
localparam F32_TO_E4M3_A_CODES = 4;
localparam F32_TO_E4M3_A_STRIDE = 32;
localparam F32_TO_E4M3_A_BITS = 32;
localparam F32_TO_E4M3_Z_LSB = 32;
localparam F32_TO_E4M3_Z_CODES = 4;
localparam F32_TO_E4M3_Z_STRIDE = 8;
localparam F32_TO_E4M3_Z_BITS = 8;
localparam F32_TO_E4M3_FLAGS_LSB = 0;
localparam F32_TO_E4M3_FLAGS_CODES = 4;
localparam F32_TO_E4M3_FLAGS_STRIDE = 8;
localparam F32_TO_E4M3_FLAGS_BITS = 8;
