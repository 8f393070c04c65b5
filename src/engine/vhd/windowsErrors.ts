/** The errors of winerror.h that correspond to our findings about one image, as `Finding.windowsError` shows them (FORMAT 3). */
export const WINDOWS_ERRORS = {
  footerMissing: 'ERROR_VHD_DRIVE_FOOTER_MISSING (0xC03A0001)',
  footerChecksum: 'ERROR_VHD_DRIVE_FOOTER_CHECKSUM_MISMATCH (0xC03A0002)',
  footerCorrupt: 'ERROR_VHD_DRIVE_FOOTER_CORRUPT (0xC03A0003)',
  headerChecksum: 'ERROR_VHD_SPARSE_HEADER_CHECKSUM_MISMATCH (0xC03A0006)',
  headerVersion: 'ERROR_VHD_SPARSE_HEADER_UNSUPPORTED_VERSION (0xC03A0007)',
  headerCorrupt: 'ERROR_VHD_SPARSE_HEADER_CORRUPT (0xC03A0008)',
  tableCorrupt: 'ERROR_VHD_BLOCK_ALLOCATION_TABLE_CORRUPT (0xC03A000A)',
  blockSize: 'ERROR_VHD_INVALID_BLOCK_SIZE (0xC03A000B)',
  virtualSize: 'ERROR_VHD_INVALID_SIZE (0xC03A0012)',
  fileSize: 'ERROR_VHD_INVALID_FILE_SIZE (0xC03A0013)',
  state: 'ERROR_VHD_INVALID_STATE (0xC03A001C)',
} as const;
