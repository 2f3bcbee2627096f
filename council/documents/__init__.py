"""How paper and spreadsheets are written: CSV, XLSX, JSON, PDF, QR. No database, and no words of its own."""
