/* The frozen content, in read-only memory between two symbols. */
        .section .rodata
        .balign 16
        .globl merlon_content_start
        .globl merlon_content_end
merlon_content_start:
        .incbin FROZEN
merlon_content_end:
        .byte 0
        .section .note.GNU-stack,"",@progbits
